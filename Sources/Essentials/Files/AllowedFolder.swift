import CWalls
import Glibc

/// A folder in which a sandbox may touch files, held open from the start: what is done in it is done relative to this
/// descriptor, so that nothing which happens to the path afterwards leads anywhere else.
struct AllowedFolder: Sendable {
  /// Where it is, without links.
  let path: String
  /// It, opened for nothing but to stand for it (`O_PATH`).
  let descriptor: Int32
  /// The absolute paths by which scripts may call it: as it was given, and without links.
  private let spellings: [String]

  /// Opens the folder `given`, relative to `start`.
  ///
  /// - Throws: `OutsideFailure` when it is none.
  init(_ given: String, from start: String) throws {
    descriptor = Glibc.open(given, WALLS_PATH_ONLY | O_DIRECTORY | O_CLOEXEC)
    guard !given.utf8.contains(0), descriptor >= 0, let real = realpath(given, nil) else {
      throw OutsideFailure("\(given): is not a directory")
    }
    defer { free(real) }
    path = String(cString: real)
    spellings = [AllowedFolder.absolute(given, from: start), path]
  }

  /// What is left of the absolute path `whole` below this folder, or nil: "." for the folder itself.
  func rest(of whole: String) -> String? {
    for spelling in spellings {
      let start = spelling == "/" ? spelling : spelling + "/"
      if (whole + "/").utf8.elementsEqual(start.utf8) { return "." }
      guard whole.utf8.starts(with: start.utf8) else { continue }
      return String(decoding: whole.utf8.dropFirst(start.utf8.count), as: UTF8.self)
    }
    return nil
  }

  /// `path` from the root on, relative to `start`, without `.` and needless slashes. `..` stays, because what it leads to
  /// depends on links.
  static func absolute(_ path: String, from start: String) -> String {
    "/" + parts(path.utf8.first == slash ? path : "\(start)/\(path)").joined(separator: "/")
  }

  /// The absolute path `whole` with every `..` and what stands before it left out.
  static func folded(_ whole: String) -> String {
    var kept: [String] = []
    for part in parts(whole) {
      if part == ".." { _ = kept.popLast() } else { kept.append(part) }
    }
    return "/" + kept.joined(separator: "/")
  }

  /// The directory of `path` and the name in it; "" is a directory that is not named.
  static func split(_ path: String) -> (parent: String, name: String) {
    // Bytes, as the system sees it: to Swift a slash with an accent after it is another character.
    guard let last = path.utf8.lastIndex(of: slash) else { return ("", path) }
    let parent = last == path.startIndex ? "/" : String(path[..<last])
    return (parent, String(path[path.utf8.index(after: last)...]))
  }

  private static let slash = UInt8(ascii: "/")

  private static func parts(_ path: String) -> [String] {
    path.utf8.split(separator: slash).map { String(decoding: $0, as: UTF8.self) }.filter { $0 != "." }
  }
}
