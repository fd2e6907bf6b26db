-- chats.sqlite. Everything is keyed by bot, for one home may see several tokens in turn. Of a person
-- no name is kept, only the number by which Telegram knows them.

CREATE TABLE taken (
    bot INTEGER NOT NULL,
    id INTEGER NOT NULL,             -- the update_id
    body TEXT,                       -- the update; NULL once it is done
    tries INTEGER NOT NULL DEFAULT 0,
    at REAL NOT NULL,                -- seconds since the epoch, here and below
    PRIMARY KEY (bot, id)
) WITHOUT ROWID;
CREATE INDEX taken_open ON taken (bot, id) WHERE body IS NOT NULL;

CREATE TABLE answer (
    bot INTEGER NOT NULL,
    chat INTEGER NOT NULL,
    question INTEGER NOT NULL,       -- the message that was asked
    part INTEGER NOT NULL,
    message INTEGER,                 -- the bot's; NULL while nobody knows if it came
    taken INTEGER NOT NULL,          -- the update it answers: that of the message or of its edit
    at REAL NOT NULL,
    PRIMARY KEY (bot, chat, question, part)
) WITHOUT ROWID;

CREATE TABLE moved (
    bot INTEGER NOT NULL,
    chat INTEGER NOT NULL,
    now INTEGER NOT NULL,            -- the supergroup that this group became
    PRIMARY KEY (bot, chat)
) WITHOUT ROWID;

-- since 2: what chats and people choose
CREATE TABLE chat_setting (
    bot INTEGER NOT NULL,
    chat INTEGER NOT NULL,
    language TEXT,                   -- NULL: chosen for each message
    outlets TEXT NOT NULL,           -- a JSON list of names; an empty one means all
    length TEXT,                     -- short or full; NULL: as befits the kind of chat
    chain INTEGER NOT NULL,          -- whether replies to the bot are questions
    PRIMARY KEY (bot, chat)
) WITHOUT ROWID;

CREATE TABLE user_setting (
    bot INTEGER NOT NULL,
    user INTEGER NOT NULL,
    language TEXT NOT NULL,
    PRIMARY KEY (bot, user)
) WITHOUT ROWID;

-- since 4: chats in which no question goes on with the one before it
CREATE TABLE apart_setting (
    bot INTEGER NOT NULL,
    chat INTEGER NOT NULL,
    PRIMARY KEY (bot, chat)
) WITHOUT ROWID;

-- since 2: what was asked, as long as its answer may be talked about
CREATE TABLE asked (
    bot INTEGER NOT NULL,
    chat INTEGER NOT NULL,
    message INTEGER NOT NULL,        -- the one that was asked
    user INTEGER,                    -- NULL where nobody in particular asked
    question TEXT NOT NULL,
    receipts TEXT NOT NULL,          -- a JSON list: those of the quotes, in their order
    at REAL NOT NULL,
    PRIMARY KEY (bot, chat, message)
) WITHOUT ROWID;

CREATE TABLE feedback (
    bot INTEGER NOT NULL,
    user INTEGER NOT NULL,
    chat INTEGER NOT NULL,
    message INTEGER NOT NULL,        -- the one that was asked
    question TEXT NOT NULL,
    receipt TEXT,                    -- of the first quote; NULL where there was none
    good INTEGER NOT NULL,
    at REAL NOT NULL,
    PRIMARY KEY (bot, user, chat, message)
) WITHOUT ROWID;

CREATE TABLE pinned (
    bot INTEGER NOT NULL,
    chat INTEGER NOT NULL,
    message INTEGER NOT NULL,        -- the one that was asked
    id TEXT NOT NULL,                -- of the replay case that was made of it
    at REAL NOT NULL,
    PRIMARY KEY (bot, chat, message)
) WITHOUT ROWID;

CREATE TABLE turned_away (
    bot INTEGER NOT NULL,
    user INTEGER NOT NULL,
    at REAL NOT NULL,                -- when this stranger was told
    PRIMARY KEY (bot, user)
) WITHOUT ROWID;

-- since 3: the channels whose posts are taken into the coverage, switched on by an editor
CREATE TABLE channel (
    bot INTEGER NOT NULL,
    chat INTEGER NOT NULL,
    title TEXT NOT NULL,             -- as it was then
    at REAL NOT NULL,
    PRIMARY KEY (bot, chat)
) WITHOUT ROWID;

-- since 4: questions that are followed, and the quotes found for them
CREATE TABLE followed (
    id INTEGER PRIMARY KEY AUTOINCREMENT,    -- never given twice: old buttons name it
    bot INTEGER NOT NULL,
    chat INTEGER NOT NULL,
    message INTEGER NOT NULL,        -- the one that asked for it
    thread INTEGER,
    user INTEGER,                    -- NULL where nobody in particular asked
    language TEXT NOT NULL,          -- of the bot's own words
    question TEXT NOT NULL,
    passage INTEGER NOT NULL,        -- the newest of the coverage that was looked at for it
    at REAL NOT NULL,
    event TEXT NOT NULL,             -- its key, here and below; '' where there is one
    UNIQUE (bot, chat, message)
);

CREATE TABLE alert (
    followed INTEGER NOT NULL,
    receipt TEXT NOT NULL,
    clear INTEGER NOT NULL,          -- whether it answers; else it may
    stage INTEGER NOT NULL,          -- 0 waits, 1 may be on its way, 2 is dealt with
    at REAL NOT NULL,
    PRIMARY KEY (followed, receipt)
) WITHOUT ROWID;

-- since 4: which message quoted what, so that a correction of it can be told
CREATE TABLE quoted (
    bot INTEGER NOT NULL,
    chat INTEGER NOT NULL,
    message INTEGER NOT NULL,        -- the bot's
    receipt TEXT NOT NULL,
    stage INTEGER NOT NULL,          -- 0 stands, 1 is to be told of, 2 that may be on its way
    at REAL NOT NULL,
    event TEXT NOT NULL,
    PRIMARY KEY (bot, chat, message, receipt)
) WITHOUT ROWID;

-- since 4: quotes that a chat has collected
CREATE TABLE collected (
    bot INTEGER NOT NULL,
    chat INTEGER NOT NULL,
    receipt TEXT NOT NULL,
    at REAL NOT NULL,
    PRIMARY KEY (bot, chat, receipt)
) WITHOUT ROWID;

-- since 4: how a chat is told what it did not ask for just now
CREATE TABLE notice_setting (
    bot INTEGER NOT NULL,
    chat INTEGER NOT NULL,
    corrections INTEGER NOT NULL,    -- whether it is told of them
    daily INTEGER NOT NULL,          -- whether alerts come once a day
    quiet INTEGER,                   -- the hour at which it begins and 24 times that at which it ends
    zone TEXT,                       -- a name of the IANA; NULL: the newsroom's
    PRIMARY KEY (bot, chat)
) WITHOUT ROWID;

CREATE TABLE watched (
    bot INTEGER NOT NULL,
    event TEXT NOT NULL,
    coverage TEXT NOT NULL,          -- the id of the coverage that receipts and passages are of
    PRIMARY KEY (bot, event)
) WITHOUT ROWID;

-- since 4: where there are several events, the one that a chat or a topic in it chose
CREATE TABLE chat_event (
    bot INTEGER NOT NULL,
    chat INTEGER NOT NULL,
    thread INTEGER NOT NULL,         -- 0: the whole chat
    event TEXT NOT NULL,
    PRIMARY KEY (bot, chat, thread)
) WITHOUT ROWID;

-- and the one that what a message asked was answered from, or that one of the bot's is from
CREATE TABLE message_event (
    bot INTEGER NOT NULL,
    chat INTEGER NOT NULL,
    message INTEGER NOT NULL,
    event TEXT NOT NULL,
    at REAL NOT NULL,
    PRIMARY KEY (bot, chat, message)
) WITHOUT ROWID;
