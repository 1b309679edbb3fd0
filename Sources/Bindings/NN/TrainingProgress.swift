import Essentials
import Glibc
import Networks

/// One line on the terminal that shows how a training goes: bar, epoch, loss and accuracy of the epoch so far, and the
/// time that is left.
final class TrainingProgress {
  private let epochs: Int
  /// How many epochs were done before this run.
  private let done: Int
  private var epoch = 0
  private var (loss, accuracy) = (0.0, 0.0)
  private var lastShown = 0.0
  private var isShown = false

  /// Nil when standard error is no terminal.
  init?(epochs: Int, done: Int) {
    guard isatty(STDERR_FILENO) == 1 else { return nil }
    self.epochs = epochs
    self.done = done
  }

  /// Takes note of a batch and draws the line anew, at most ten times a second.
  func show(_ batch: BatchReport) {
    if batch.epoch != epoch { (epoch, loss, accuracy) = (batch.epoch, 0, 0) }
    loss += batch.loss
    accuracy += batch.accuracy
    guard batch.seconds - lastShown >= 0.1 else { return }
    lastShown = batch.seconds
    isShown = true
    let passed = Double(epoch - 1) + Double(batch.batch) / Double(batch.batchCount)
    let filled = Int((passed / Double(epochs) * 10).rounded())
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: max(0, 10 - filled))
    let left = batch.seconds / (passed - Double(done)) * (Double(epochs) - passed)
    let (meanLoss, meanAccuracy) = (loss / Double(batch.batch), 100 * accuracy / Double(batch.batch))
    write(
      "training  \(bar)  epoch \(epoch) of \(epochs)  loss \(TrainingProgress.text(meanLoss, decimals: 4))  "
        + "accuracy \(TrainingProgress.text(meanAccuracy, decimals: 1)) %  "
        + "\(TrainingProgress.text(left, decimals: 0)) s left")
  }

  /// Empties the line.
  func clear() {
    guard isShown else { return }
    isShown = false
    write("")
  }

  private func write(_ text: String) {
    let line = Array("\r\u{1B}[K\(text)".utf8)
    // A line that the terminal does not take is no loss.
    _ = Glibc.write(STDERR_FILENO, line, line.count)
  }

  /// The number with exactly so many digits after the point.
  private static func text(_ value: Double, decimals: Int) -> String {
    let scale = pow(10, Double(decimals))
    guard let units = Int(exactly: (value * scale).rounded()) else { return "\(value)" }
    let digits = String(abs(units))
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    let whole = (units < 0 ? "-" : "") + padded.dropLast(decimals)
    return decimals == 0 ? whole : "\(whole).\(padded.suffix(decimals))"
  }
}
