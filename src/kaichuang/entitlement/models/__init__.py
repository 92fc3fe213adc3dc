from kaichuang.entitlement.models.calculation import Calculation
from kaichuang.entitlement.models.simulation import Population, Simulation, SimulationState

__all__ = ["Calculation", "Population", "Simulation", "SimulationState"]
