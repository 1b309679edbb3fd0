import Essentials
import Interchange
import LuaHost
import MILP
import Networks
import Pruning
import Tensors
import Verification

extension BindingRegistry {
  /// All native classes whose objects scripts can hold.
  public static var types: [NativeTypeSummary] {
    [
      NativeTypeSummary(ChildProcess.self), NativeTypeSummary(ParentProcess.self), NativeTypeSummary(FileLock.self),
      NativeTypeSummary(TemporaryFolder.self),
      NativeTypeSummary(Tensor.self), NativeTypeSummary(RandomGenerator.self), NativeTypeSummary(Dataset.self),
      NativeTypeSummary(Network.self), NativeTypeSummary(Box<Layer>.self), NativeTypeSummary(Box<Mask>.self),
      NativeTypeSummary(ParameterOptimizer.self), NativeTypeSummary(Box<NetworkSummary>.self),
      NativeTypeSummary(Model.self), NativeTypeSummary(Box<Variable>.self), NativeTypeSummary(VariableArray.self),
      NativeTypeSummary(Box<LinearExpression>.self), NativeTypeSummary(Box<Constraint>.self),
      NativeTypeSummary(ConstraintArray.self), NativeTypeSummary(Box<Construct>.self),
      NativeTypeSummary(NetworkSearch.self),
      NativeTypeSummary(Box<Solution>.self), NativeTypeSummary(SolveEvent.self), NativeTypeSummary(Box<Problem>.self),
      NativeTypeSummary(NetworkBlockObject.self),
      NativeTypeSummary(NetworkBounds.self), NativeTypeSummary(NetworkEncoding.self),
      NativeTypeSummary(NetworkRelaxation.self), NativeTypeSummary(NetworkDifference.self),
      NativeTypeSummary(Box<Witness>.self), NativeTypeSummary(Box<OutputCondition>.self),
      NativeTypeSummary(Box<Counterexample>.self), NativeTypeSummary(Box<VNNLIBProperty>.self),
      NativeTypeSummary(Box<VNNLIBModels>.self),
    ]
  }
}
