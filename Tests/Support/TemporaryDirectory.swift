import FoundationEssentials

/// Runs `body` with the path of a new empty directory that is removed afterwards.
public func withTemporaryDirectory<Result>(_ body: (String) throws -> Result) throws -> Result {
  let manager = FileManager.default
  let path = manager.temporaryDirectory.appending(path: "vnnlua-test-\(UUID().uuidString)").path
  try manager.createDirectory(atPath: path, withIntermediateDirectories: true)
  defer { try? manager.removeItem(atPath: path) }
  return try body(path)
}
