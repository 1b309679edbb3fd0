import Essentials
import Glibc
import TestSupport

/// Runs `code` in a sandbox that allows the folder `in` of a fresh folder, where `secret` lies outside.
///
/// - Parameters:
///   - prepare: puts more into the fresh folder, whose path it is given.
///   - check: looks at what came of it, and at the folder.
func sandboxed(
  _ code: String, _ options: [String] = [], environment: [String: String] = [:],
  prepare: (String) throws -> Void = { _ in }, check: (CommandLineRun, String) throws -> Void
) throws {
  try withTemporaryDirectory { folder in
    try FileAccess.makeDirectory("\(folder)/in")
    try FileAccess.write("secret", to: "\(folder)/secret")
    try FileAccess.write("return 'module'", to: "\(folder)/in/friend.lua")
    symlink("\(folder)/secret", "\(folder)/in/link")
    symlink(folder, "\(folder)/in/up")
    symlink("\(folder)/made", "\(folder)/in/dangling")
    try FileAccess.write(code, to: "\(folder)/in/s.lua")
    try prepare(folder)
    let run = try CommandLineRun.vnnlua(
      ["--sandbox", "--allow-dir", "in"] + options + ["in/s.lua"], environment: environment, directory: folder)
    try check(run, folder)
  }
}
