import Glibc

/// Where the HiGHS library may be.
enum HiGHSSearchPath {
  private static let inPackage = "highsbox/highs_dist/lib/libhighs.so"

  /// Names and paths for dlopen, best first.
  static func candidates(asksPython: Bool) -> [String] {
    if let path = environment("VNNLUA_HIGHS") {
      var isDirectory = stat()
      if stat(path, &isDirectory) == 0, isDirectory.st_mode & S_IFMT == S_IFDIR { return [path + "/libhighs.so"] }
      // A name without a slash would be searched for elsewhere.
      return [path.contains("/") ? path : "./" + path]
    }
    var candidates = ["libhighs.so", "libhighs.so.1", "libhighs.dylib"]
    for prefix in [environment("VIRTUAL_ENV"), environment("HOME").map { $0 + "/.local" }, "/usr/local", "/usr"] {
      guard let prefix else { continue }
      candidates += matches("\(prefix)/lib/python3*/*-packages/\(inPackage)")
    }
    if asksPython, let folder = askPython() { candidates.append("\(folder)/highs_dist/lib/libhighs.so") }
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

  /// The folder of the package `highsbox` according to `python3`; nil if either is missing.
  private static func askPython() -> String? {
    let question = "import importlib.util as u; s = u.find_spec('highsbox'); print(s.submodule_search_locations[0])"
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { return nil }
    defer { close(ends[0]) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_addclose(&actions, ends[0])
    posix_spawn_file_actions_addclose(&actions, ends[1])
    let words = ["python3", "-c", question]
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { (word: String) in strdup(word) }
    arguments.append(nil)
    defer { for argument in arguments { free(argument) } }
    var child = pid_t()
    let status = posix_spawnp(&child, "python3", &actions, nil, &arguments, environ)
    close(ends[1])
    guard status == 0 else { return nil }
    var answer: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = read(ends[0], &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      if count <= 0 { break }
      answer += buffer[..<count]
    }
    var result: Int32 = 0
    while waitpid(child, &result, 0) < 0, errno == EINTR {}
    guard result == 0 else { return nil }
    return String(decoding: answer, as: UTF8.self).split(separator: "\n").first.map(String.init)
  }
}
