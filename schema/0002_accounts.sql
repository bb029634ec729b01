-- Secrets are stored as hashes only.
create table credentials (
	project text not null,
	customer_id text not null,
	password_hash text not null,
	primary key (project, customer_id)
);

-- Tokens that reset a password or verify an e-mail.
create table customer_tokens (
	hash text not null primary key,
	project text not null,
	purpose text not null,
	customer_id text not null,
	position bigint not null,
	expires_ms bigint not null
);
create index customer_tokens_by_customer on customer_tokens (project, customer_id, purpose);
create index customer_tokens_by_age on customer_tokens (position);

-- One row a grant: its access token and, if it has one, its refresh token. A hash is '' when there is none (any more).
create table grants (
	id bigint not null primary key,
	project text not null,
	client_id text not null,
	scope text not null,
	customer_id text,
	anonymous_id text,
	access_hash text not null,
	access_expires_ms bigint not null,
	refresh_hash text not null,
	refresh_expires_ms bigint not null,
	refresh_ttl_ms bigint not null
);
create index grants_by_customer on grants (project, customer_id) where customer_id is not null;
create index grants_by_anonymous_id on grants (project, anonymous_id) where anonymous_id is not null;

-- Anonymous ids whose visitor became a customer: never to be handed out again.
create table claimed_anonymous_ids (
	project text not null,
	anonymous_id text not null,
	primary key (project, anonymous_id)
);

create table api_clients (
	project text not null,
	client_id text not null,
	secret_hash text not null,
	name text not null,
	scope text not null,
	access_ttl_ms bigint not null,
	refresh_ttl_ms bigint not null,
	primary key (project, client_id)
);
create index api_clients_by_id on api_clients (client_id);

-- What this database knows of itself, such as the key of its token hashes.
create table meta (
	name text not null primary key,
	value text not null
);
