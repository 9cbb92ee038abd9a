"""Stand-ins for the providers: real servers on loopback that write down what they accepted before they answer.

In a test: `with twilio.TwilioServer(log=path) as server`; beside one: `python -m tests.servers.twilio --port 0 --log FILE`,
whose first line of output is its port. They misbehave by plan (`server.plan.extend(["accept_close", ""])`, one word a
call) or by chance (`faults=0.3, seed=7`).
"""
