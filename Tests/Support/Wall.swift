import Essentials

/// A wall of the sandbox that a kernel may lack. Tests of one are skipped there, unless every component is required.
public enum Wall {
  /// Whether tests of Landlock and seccomp are to run.
  public static var areWanted: Bool {
    Component.areAllRequired || (KernelWalls.landlockVersion != nil && KernelWalls.filterVersion != nil)
  }

  /// Why a test was skipped.
  public static let reason = "this kernel has no Landlock or filters no system calls (vnnlua doctor)"
}
