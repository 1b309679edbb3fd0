import Essentials
import Networks
import TestSupport
import Testing

@Suite struct SyntheticDigitsTests {
  @Test func everyMachineDrawsTheSameDigits() throws {
    let digits = try SyntheticDigits()
    let train = try digits.dataset(.train)
    let test = try digits.dataset(.test)
    #expect(train.count == 10_000 && test.count == 2_000 && train.rows == 28 && train.columns == 28)
    #expect(try Digest.sha256(train.pixels) == "82d367128746dee4dcd82ae2e3d6fd72341d866d8c8dabb296fd9f4498f99c35")
    #expect(try Digest.sha256(test.pixels) == "69cea5c3875c6d3423d9e1eaf25bf19f4f07378541e103adf2fe0cc05da2d439")
    for digit in 0...9 { #expect(try train.labels.reduce(0) { $0 + ($1 == digit ? 1 : 0) } > 900) }
  }

  @Test func aShorterSetIsTheBeginningAndSeedsDiffer() throws {
    let short = try SyntheticDigits(trainCount: 20, testCount: 20)
    let whole = try SyntheticDigits(trainCount: 40, testCount: 20)
    let part = try short.dataset(.train)
    #expect(try Array(whole.dataset(.train).pixels.prefix(20 * 784)) == part.pixels)
    #expect(try short.dataset(.test).pixels != part.pixels)
    #expect(try SyntheticDigits(seed: 1, trainCount: 20, testCount: 20).dataset(.train).pixels != part.pixels)
    #expect(try SyntheticDigits(trainCount: 0, testCount: 0).dataset(.train).count == 0)
    #expect(throws: Misuse.self) { try SyntheticDigits(trainCount: -1) }
  }

  @Test(arguments: [18, 28]) func theyAreLearnable(_ side: Int) throws {
    let train = try DatasetCatalog.load("digits", split: .train, root: nil, side: side)
    let test = try DatasetCatalog.load("digits", split: .test, root: nil, side: side)
    let network = try Network.initialized(widths: [side * side, 64, 64, 10], seed: 2)
    let report = try Trainer(network: network, dataset: train).run()
    #expect(report.epochs.count == 5 && report.epochs[4].training.loss < report.epochs[0].training.loss / 3)
    #expect(try network.accuracy(on: test) >= 0.97)
  }

  @Test(.enabled(if: Component.data.isWanted, Comment(rawValue: Component.data.reason)))
  func mnistIsLearntAsWellAsByPyTorch() throws {
    let root = try Component.data.path()
    let train = try DatasetCatalog.load("mnist", split: .train, root: root, side: 18)
    let test = try DatasetCatalog.load("mnist", split: .test, root: root, side: 18)
    let network = try Network.initialized(widths: [324, 32, 32, 10], seed: 2)
    var options = TrainingOptions()
    options.seed = 2
    _ = try Trainer(network: network, dataset: train, options: options).run()
    // PyTorch 2.13 with this recipe: 0.9601, 0.9550 and 0.9569 for three seeds.
    #expect(try network.accuracy(on: test) >= 0.95)
  }
}
