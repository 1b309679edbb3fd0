/// What reading a line can lead to.
enum LineResult {
  /// A line without its line feed.
  case line(String)
  /// The input ended.
  case end
  /// Ctrl-C: the line is given up.
  case interrupted
}
