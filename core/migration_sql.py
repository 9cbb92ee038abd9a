"""SQL that several migrations need."""

SEARCH_ROLE = "corredor_search"


def owned_by_search(function: str, *, table: str, columns: str) -> str:
    """Hand a SECURITY DEFINER function to the narrow role that row security does not bind, with the columns it reads.

    Where the role is missing (a managed server that cannot make it) the function stays the owner's: it then answers for
    the brokerage in force only, which is right for search and leaves the engine blind; docs/going-live.md says so.
    """
    return f"""
DO $$ BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{SEARCH_ROLE}') THEN
        GRANT SELECT ({columns}) ON {table} TO {SEARCH_ROLE};
        GRANT USAGE, CREATE ON SCHEMA public TO {SEARCH_ROLE};
        ALTER FUNCTION {function} OWNER TO {SEARCH_ROLE};
        REVOKE CREATE ON SCHEMA public FROM {SEARCH_ROLE};
    END IF;
END $$;
"""  # noqa: S608 -- names from our own migrations
