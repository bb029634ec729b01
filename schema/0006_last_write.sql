-- Which of several resources was written last within one millisecond: a number that only grows while the server runs.
alter table resources add column written bigint not null default 0;
