/// What reading at the prompt can lead to.
enum Input {
  /// One input, without a line feed at its end.
  case text(String)
  /// There is no more.
  case end
  /// Ctrl-C: what was typed is given up.
  case interrupted
}
