-- Whose files lie beside this one: a log is only used if it tells of the same identity and of the same generation or the
-- next. The first transaction that a log begins with raises the generation, which is then part of that log.
insert into meta (name, value) values ('identity', lower(hex(randomblob(16))));
insert into meta (name, value) values ('log_generation', '0');
