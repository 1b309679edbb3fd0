/// How a picture is drawn in a terminal.
public enum PictureStyle: String, CaseIterable, Sendable {
  /// Two pixels per character by half blocks, in 24-bit greys.
  case trueColor
  /// Two pixels per character by half blocks, in the 24 greys of the 256 colours.
  case indexedColor
  /// One pixel per two characters, in five shades of plain text.
  case plain
}
