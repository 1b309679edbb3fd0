import Essentials
import FoundationEssentials

/// Something that a test needs and a machine may lack.
///
/// A test that needs one says `@Test(.enabled(if: Component.data.isWanted, Component.data.reason))` and takes its path
/// from `path()`. Where the component is missing the test is skipped with the reason, unless `VNNLUA_REQUIRE_ALL` is
/// set, as in continuous integration: then it runs and fails.
public struct Component: Sendable {
  /// The environment variable that holds its path.
  public let variable: String
  /// Where to look when the variable is unset, absolute or relative to the package's top folder.
  let fallback: String?
  /// What it is, for people.
  let name: String

  /// MNIST and Fashion-MNIST as gzipped IDX files.
  public static let data = Component(variable: "VNNLUA_DATA", fallback: "../shared/data", name: "data sets")
  /// Independent scripts that recheck what vnnlua writes.
  public static let peers = Component(variable: "VNNLUA_PEERS", fallback: "../shared/peers", name: "recheck scripts")
  /// A Python with NumPy, Pillow, safetensors, onnx and onnxruntime.
  public static let python = Component(
    variable: "VNNLUA_PYTHON", fallback: ".venv/bin/python3", name: "Python with NumPy")
  /// A script that starts and stops a Slurm of one node on this machine; it needs root.
  public static let slurm = Component(
    variable: "VNNLUA_SLURM", fallback: "../shared/slurm/one-node", name: "scripts of a one-node Slurm")
  /// The HiGHS shared library.
  public static let highs = Component(variable: "VNNLUA_HIGHS", fallback: nil, name: "HiGHS library")

  /// The test suite of Lua 5.4.4, the folder `testes`.
  public static let luaTests = Component(
    variable: "VNNLUA_LUA_TESTS", fallback: ".venv/lua-tests", name: "tests of Lua itself")

  /// Plots, and with them what reads PDFs.
  public static let gnuplot = Component(
    variable: "VNNLUA_GNUPLOT", fallback: "/usr/bin/gnuplot", name: "programs of gnuplot")

  /// A Chromium that runs without a screen.
  public static let browser = Component(
    variable: "VNNLUA_BROWSER", fallback: "/usr/bin/chromium", name: "programs of Chromium")

  /// Whether every component must be there.
  public static var areAllRequired: Bool { environment("VNNLUA_REQUIRE_ALL")?.isEmpty == false }

  /// The path of the component if it is there.
  public var found: String? {
    let usual = fallback.map { $0.hasPrefix("/") ? $0 : packageDirectory + "/" + $0 }
    let candidates = [Component.environment(variable), usual]
    return candidates.compactMap(\.self).first { FileManager.default.fileExists(atPath: $0) }
  }

  /// Whether a test that needs the component is to run: it is there, or it must be.
  public var isWanted: Bool { found != nil || Component.areAllRequired }

  /// Why a test was skipped.
  public var reason: String { "the \(name) are not on this machine; set \(variable) to where they are" }

  /// The path of the component.
  ///
  /// - Throws: `OutsideFailure` with the reason when it is missing.
  public func path() throws -> String {
    guard let found else { throw OutsideFailure(reason) }
    return found
  }

  static func environment(_ name: String) -> String? { ProcessInfo.processInfo.environment[name] }
}

/// The top folder of this package.
public let packageDirectory: String = {
  // This file is Tests/Support/Component.swift.
  URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
}()
