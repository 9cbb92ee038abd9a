-- The three database roles, their database and its extensions. Run as a superuser; running it again changes nothing.
-- Passwords are set elsewhere: the embedded server has none (its socket is private), docs/going-live.md says how to.
\set ON_ERROR_STOP on

-- Owns the database and its tables; used for migrations alone. CREATEDB only matters to tests.
SELECT 'CREATE ROLE corredor_owner' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'corredor_owner') \gexec
ALTER ROLE corredor_owner LOGIN CREATEDB NOSUPERUSER NOBYPASSRLS;

-- Web, worker, beat and engine: row-level security always holds for it.
SELECT 'CREATE ROLE corredor_app' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'corredor_app') \gexec
ALTER ROLE corredor_app LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;

-- Owns the one search function, which looks through an index that row security would forbid and filters by itself.
SELECT 'CREATE ROLE corredor_search' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'corredor_search') \gexec
ALTER ROLE corredor_search NOLOGIN NOSUPERUSER BYPASSRLS;
-- The owner may hand the function over to it, but never sees with its eyes by accident.
GRANT corredor_search TO corredor_owner WITH SET TRUE, INHERIT FALSE;

SELECT 'CREATE DATABASE corredor OWNER corredor_owner'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'corredor') \gexec

-- In template1 too, so that test databases have them.
\connect template1
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS btree_gist;
\connect corredor
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS btree_gist;
