import Essentials
import TestSupport
import Testing

@Suite("The training script")
struct TrainTests {
  private func train(_ arguments: [String]) throws -> CommandLineRun {
    let common = ["Scripts/experiments/train.lua", "--dataset", "digits", "--side", "9", "--layers", "16"]
    return try .vnnlua(common + arguments)
  }

  @Test("writes the network and the facts, the same for the same seed")
  func writes() throws {
    try withTemporaryDirectory { folder in
      let facts = "\(folder)/facts.json"
      let run = try train(["--epochs", "2", "--out", "\(folder)/a.safetensors", "--json", facts])
      #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
      #expect(run.output.hasPrefix("Network(81 -> 16 -> 10) on digits 9x9: test accuracy "))
      let json = try JSON(parsing: try FileAccess.read(facts), path: facts)
      #expect(json["epochs"]?.int == 2 && json["seed"]?.int == 2 && json["side"]?.int == 9)
      #expect(try #require(json["seconds_per_epoch"]?.double) > 0)
      #expect(try #require(json["test_accuracy"]?.double) > 0.5)
      _ = try train(["--epochs", "2", "--out", "\(folder)/b.safetensors"])
      #expect(try FileAccess.read("\(folder)/a.safetensors") == FileAccess.read("\(folder)/b.safetensors"))
      #expect(try train(["--epochs", "1"]).output.contains("not written: --out FILE keeps the network"))
      _ = try train(["--epochs", "2", "--seed", "3", "--out", "\(folder)/c.safetensors"])
      #expect(try FileAccess.read("\(folder)/a.safetensors") != FileAccess.read("\(folder)/c.safetensors"))
    }
  }

  @Test("goes on from a checkpoint to the same network as without a stop")
  func resumes() throws {
    try withTemporaryDirectory { folder in
      let checkpoint = "\(folder)/run.safetensors"
      _ = try train(["--epochs", "3", "--out", "\(folder)/whole.safetensors"])
      _ = try train(["--epochs", "1", "--checkpoint", checkpoint])
      let run = try train(["--epochs", "3", "--resume", checkpoint, "--out", "\(folder)/resumed.safetensors"])
      #expect(run.status == 0, "\(run.errors)")
      #expect(try FileAccess.read("\(folder)/whole.safetensors") == FileAccess.read("\(folder)/resumed.safetensors"))
      let other = try train(["--epochs", "3", "--seed", "9", "--resume", checkpoint])
      #expect(other.status == 1 && other.errors.contains("its seed is 2, here it is 9"), "\(other.errors)")
    }
  }
}
