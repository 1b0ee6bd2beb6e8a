-- What the migrations of SimpleJWT's blacklist app make on PostgreSQL (0001 to 0012), and as much of Django's users as they refer to.
CREATE TABLE auth_user (id serial PRIMARY KEY, username varchar(150) NOT NULL UNIQUE);

CREATE TABLE token_blacklist_outstandingtoken (
    id bigserial PRIMARY KEY,
    token text NOT NULL,
    created_at timestamp with time zone,
    expires_at timestamp with time zone NOT NULL,
    user_id integer REFERENCES auth_user (id) DEFERRABLE INITIALLY DEFERRED,
    jti character varying(255) NOT NULL UNIQUE
);

CREATE TABLE token_blacklist_blacklistedtoken (
    id bigserial PRIMARY KEY,
    blacklisted_at timestamp with time zone NOT NULL,
    token_id bigint NOT NULL UNIQUE REFERENCES token_blacklist_outstandingtoken (id) DEFERRABLE INITIALLY DEFERRED
);
