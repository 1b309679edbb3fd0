import Essentials
import Synchronization

/// A shared library that a machine may have: looked for when it is first wanted, opened once, and then kept.
final class OptionalLibrary<Library: Sendable>: Sendable {
  private let search: LibrarySearch
  private let make: @Sendable (UnsafeMutableRawPointer, String) throws -> Library
  private let opened = Mutex<Library?>(nil)

  /// - Parameter make: takes what is needed from the opened library and its path.
  init(_ search: LibrarySearch, _ make: @escaping @Sendable (UnsafeMutableRawPointer, String) throws -> Library) {
    self.search = search
    self.make = make
  }

  /// The library.
  ///
  /// - Parameter asksPython: see `LibrarySearch.open`; nothing is asked in a sandbox.
  /// - Throws: `OutsideFailure` that says where it was looked for and which command gets it, or what is wrong with it.
  func load(asksPython: Bool) throws -> Library {
    try opened.withLock { opened in
      if let opened { return opened }
      let library = try search.open(asksPython: asksPython && !FileAccess.isRestricted, make)
      opened = library
      return library
    }
  }

  /// See `LibrarySearch.folders`.
  var folders: [String] { search.folders }
}
