"""What a question names has to be there for an answer."""
