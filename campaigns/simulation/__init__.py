"""The engine itself with a travelling clock and a null sender: what a campaign would do, and nothing of it done."""

from campaigns.simulation.outcome import Line, Outcome, Wait, Way
from campaigns.simulation.running import MOST_LEADS, MOST_WEEKS, Plan, Simulation, simulate

__all__ = ["MOST_LEADS", "MOST_WEEKS", "Line", "Outcome", "Plan", "Simulation", "Wait", "Way", "simulate"]
