import Essentials
import Glibc

/// Where a shared library may be that is opened at run time and not linked: in the file or folder that an environment
/// variable names, under its usual names, and in a Python package that carries it. When the variable is set, nothing
/// else is tried.
struct LibrarySearch {
  /// What people call it, such as `HiGHS`.
  let name: String
  /// The environment variable.
  let variable: String
  /// The names that the system's loader knows it by.
  let usualNames: [String]
  /// The Python package, by the name under which it is installed and imported.
  let package: String
  /// The folder in it, seen from the folder that packages are installed in.
  let folder: String
  /// The file's name in a folder, as a pattern of glob(3).
  let file: String

  /// Opens the first that can be opened and that `make` does not refuse, and returns what `make` takes from it.
  ///
  /// - Parameter asksPython: also ask `python3` where the package is, if the library is nowhere else; takes some 20 ms.
  /// - Throws: `OutsideFailure` that says what is wrong, and which command gets the library.
  func open<Library>(
    asksPython: Bool, _ make: (_ handle: UnsafeMutableRawPointer, _ path: String) throws -> Library
  ) throws -> Library {
    let candidates = candidates(asksPython: asksPython)
    var reason = ""
    var refusal: OutsideFailure?
    for path in candidates {
      // Local: such libraries bring an OpenBLAS of their own, which must not answer for the system's.
      if let handle = dlopen(path, RTLD_NOW | RTLD_LOCAL) {
        do { return try make(handle, path) } catch let failure as OutsideFailure { refusal = refusal ?? failure }
        dlclose(handle)
      } else if candidates.count == 1, let error = dlerror() {
        // With one candidate the user has named it, and wants to know what is wrong with it.
        reason = " (\(String(cString: error)))"
      }
    }
    throw refusal
      ?? OutsideFailure(
        "\(name): the library was not found\(reason): install it with `pip install \(package)`, or set \(variable) to "
          + usualNames[0])
  }

  /// The folders that the library would be opened from now, but for the system's own and what only Python knows.
  var folders: [String] {
    candidates(asksPython: false).compactMap { candidate in
      guard candidate.contains("/"), let real = realpath(candidate, nil) else { return nil }
      defer { free(real) }
      return String(cString: real).split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 }
    }
  }

  /// Names and paths for dlopen, best first.
  private func candidates(asksPython: Bool) -> [String] {
    if let path = LibrarySearch.environment(variable) {
      var isDirectory = stat()
      if stat(path, &isDirectory) == 0, isDirectory.st_mode & S_IFMT == S_IFDIR {
        return [LibrarySearch.matches("\(path)/\(file)").first ?? "\(path)/\(usualNames[0])"]
      }
      // A name without a slash would be searched for elsewhere.
      return [path.contains("/") ? path : "./" + path]
    }
    var candidates = usualNames
    let home = LibrarySearch.environment("HOME").map { $0 + "/.local" }
    for prefix in [LibrarySearch.environment("VIRTUAL_ENV"), home, "/usr/local", "/usr"] {
      guard let prefix else { continue }
      candidates += LibrarySearch.matches("\(prefix)/lib/python3*/*-packages/\(folder)/\(file)")
    }
    if asksPython, let packages = askPython() { candidates += LibrarySearch.matches("\(packages)/\(folder)/\(file)") }
    return candidates
  }

  private static func environment(_ name: String) -> String? {
    guard let value = getenv(name), value.pointee != 0 else { return nil }
    return String(cString: value)
  }

  private static func matches(_ pattern: String) -> [String] {
    var found = glob_t()
    defer { globfree(&found) }
    guard glob(pattern, 0, nil, &found) == 0 else { return [] }
    return (0..<Int(found.gl_pathc)).compactMap { found.gl_pathv[$0].map { String(cString: $0) } }
  }

  /// The folder that `python3` has the package in; nil if either is missing.
  private func askPython() -> String? {
    let question = "import importlib.util as u; s = u.find_spec('\(package)'); print(s.submodule_search_locations[0])"
    return ChildProcess.answer(of: ["python3", "-c", question]).map { $0 + "/.." }
  }
}
