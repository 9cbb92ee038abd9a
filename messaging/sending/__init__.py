"""A message on its way: claimed under a lease, begun behind the gate, handed over outside any transaction, recorded.

    queued → claim → begin → channel.send → record → sent → (told) delivered → read
               ↑ reap: whose worker died before it began          ↓ failed
               └──────────── resolve: provably absent ← unknown → unconfirmed → (settle) a person decides

Each module owns one arrow. Nothing but these functions writes Message.status (docs/sending.md).
"""
