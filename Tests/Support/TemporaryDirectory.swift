import Essentials
import Glibc

/// Runs `body` with the path of a new empty directory that is removed afterwards.
public func withTemporaryDirectory<Result>(_ body: (String) throws -> Result) throws -> Result {
  var template = Array("\(getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp")/vnnlua-test-XXXXXX".utf8CString)
  guard mkdtemp(&template) != nil else { throw OutsideFailure("mkdtemp: no temporary directory could be made") }
  let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  defer {
    // nftw visits the content before the directory that holds it.
    nftw(path, { entry, _, _, _ in entry.map { remove($0) } ?? 0 }, 16, Int32(FTW_DEPTH | FTW_PHYS))
  }
  return try body(path)
}
