using Touchline.Tsdb.CrashWriter;

namespace Touchline.Tsdb.Tests.Faults;

public sealed class CrashTests
{
    [Fact]
    public void Killed_at_every_kind_of_moment_the_store_loses_nothing_that_was_committed_and_has_no_wrong_value()
    {
        var result = Campaign.Run(rounds: 32, seed: 20, TestContext.Current.SendDiagnosticMessage);
        Assert.True(result.Steps > 10 * WrittenSamples.BlockSteps, $"only {result.Steps} steps were written: hardly a block was cut");
    }
}
