-- Tokens that a fixture gives to a customer or a visitor under a name of its own: they never expire.
create table pinned_tokens (
	project text not null,
	hash text not null,
	customer_id text,
	anonymous_id text,
	primary key (project, hash)
);
