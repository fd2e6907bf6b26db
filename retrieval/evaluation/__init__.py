"""How well passages are found, measured on any set in BEIR form."""
