import Essentials
import Glibc
import LuaHost
import Messaging
import Networks
import Solvers
import Tensors

/// A library or data set that vnnlua works with, and whether it is there.
struct Component {
  let name: String
  /// What it is for.
  let purpose: String
  /// nil when it is missing.
  let version: String?
  let path: String?
  /// What is wrong, and the command that gets it.
  let remedy: String?
  /// Whether vnnlua can do nothing useful without it.
  let isRequired: Bool

  var luaValue: LuaValue {
    func text(_ value: String?) -> LuaValue { value.map { .string($0) } ?? .nil }
    return .table([
      ("name", .string(name)), ("purpose", .string(purpose)), ("version", text(version)), ("path", text(path)),
      ("remedy", text(remedy)), ("required", .boolean(isRequired)),
    ])
  }

  /// Everything that vnnlua knows of without asking around on PATH; where a solver lies, `python3` may be asked.
  static var all: [Component] { [lua, openBLAS] + solvers + [zeroMQ] + walls + dataSets }

  private static var lua: Component {
    Component(
      name: "Lua", purpose: "runs scripts", version: Release.lua, path: loaded("liblua5.4"), remedy: nil,
      isRequired: true)
  }

  private static var openBLAS: Component {
    let version = Result { try BLAS.version }
    return Component(
      name: "OpenBLAS", purpose: "matrix products", version: try? version.get(), path: loaded("libopenblas"),
      remedy: failure(version), isRequired: true)
  }

  private static var solvers: [Component] {
    SolverRegistry.reports.map { report in
      Component(
        name: report.name, purpose: "solves MILPs", version: (try? report.solver.get())?.version,
        path: loaded("lib\(report.name)"), remedy: report.reason, isRequired: report.name == GLPKSolver().name)
    }
  }

  private static var zeroMQ: Component {
    let version = Result { try ZeroMQ.version }
    return Component(
      name: "ZeroMQ", purpose: "talks with Jupyter", version: try? version.get(), path: loaded("libzmq"),
      remedy: failure(version), isRequired: false)
  }

  private static var walls: [Component] {
    let version = KernelWalls.landlockVersion
    return [
      Component(
        name: "Landlock", purpose: "keeps a sandbox's files together", version: version.map { "version \($0)" },
        path: nil,
        remedy: version == nil ? "this kernel has none, or it is not among those of the boot option lsm=" : nil,
        isRequired: false),
      Component(
        name: "seccomp", purpose: "refuses a sandbox system calls",
        version: KernelWalls.filterVersion.map { "libseccomp \($0)" }, path: loaded("libseccomp"),
        remedy: KernelWalls.filterVersion == nil ? "this kernel was built without CONFIG_SECCOMP_FILTER" : nil,
        isRequired: false),
    ]
  }

  private static var dataSets: [Component] {
    DatasetCatalog.names.filter { $0 != "digits" }.map { name in
      let folder = DataModule.defaultRoot.map { "\($0)/\(name)" }
      let isThere = folder.map { FileAccess.isDirectory($0) } ?? false
      return Component(
        name: name, purpose: "pictures", version: isThere ? "found" : nil, path: isThere ? folder : nil,
        remedy: isThere ? nil : "\(folder ?? name): is missing; vnnlua run fetch-data \(name)", isRequired: false)
    }
  }

  private static func failure<Value>(_ result: Result<Value, any Error>) -> String? {
    guard case .failure(let error) = result else { return nil }
    return (error as? OutsideFailure)?.message ?? "\(error)"
  }

  /// The file of the shared library whose name begins with `name`, if this process has loaded it.
  private static func loaded(_ name: String) -> String? {
    guard let maps = try? FileAccess.readTrusted("/proc/self/maps") else { return nil }
    for line in String(decoding: maps, as: UTF8.self).split(separator: "\n") {
      guard let slash = line.firstIndex(of: "/"), let last = line.lastIndex(of: "/") else { continue }
      if line[line.index(after: last)...].hasPrefix(name) { return String(line[slash...]) }
    }
    return nil
  }
}
