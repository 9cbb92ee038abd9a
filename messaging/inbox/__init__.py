"""What people see and touch of messages: the inbox, the composer, the simulated phone, what was not sent.

boxes, thread, bubbles (what is shown) · panel (gathered for a page) → views, acts, phone, trouble (HTTP)
"""
