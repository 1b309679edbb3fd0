import Essentials
import LuaHost
import Networks

/// The line at the terminal that shows how a training goes: `vnn.nn.progress` says what it is, this when it is due.
struct TrainingDisplay {
  private let draw: LuaFunction
  private let clearing: LuaFunction
  /// Seconds between two drawings.
  private let pause: Double
  private var lastDrawn = 0.0

  /// Nil where nobody would see it.
  init?(epochsBefore: Int, _ call: Call) throws {
    guard case .function(let display)? = try call.libraryModule("vnn.nn.progress")["display"] else {
      throw Misuse("vnn.nn.progress: expected a function 'display'")
    }
    let parts = try display.call {
      $0.push(epochsBefore)
    } read: { results in
      results.isNil(1) ? nil : (try results.function(1), try results.function(2), try results.double(3))
    }
    guard let parts else { return nil }
    (draw, clearing, pause) = parts
  }

  /// Draws the line anew if it is time.
  mutating func show(_ batch: BatchReport, of epochs: Int) throws {
    guard batch.seconds - lastDrawn >= pause else { return }
    lastDrawn = batch.seconds
    try draw.call(batch.luaValue(of: epochs))
  }

  /// Empties the line.
  func clear() throws { try clearing.call() }
}
