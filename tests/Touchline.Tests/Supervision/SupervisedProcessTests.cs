using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Touchline.Supervision;

namespace Touchline.Tests.Supervision;

public sealed class SupervisedProcessTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_process_that_fails_is_told_with_its_exit_code_and_last_lines_and_started_again()
    {
        await using var process = Start("echo out; echo problem >&2; exit 3");
        await WaitAsync(() => process.State.Restarts >= 1);
        Assert.Equal(3, process.State.LastExitCode);
        Assert.Contains("out", process.LastLines);
        Assert.Contains("problem", process.LastLines);
    }

    [Fact]
    public async Task A_process_that_is_killed_is_told_with_128_and_the_signal()
    {
        await using var process = Start("kill -9 $$");
        await WaitAsync(() => process.State.LastExitCode is not null);
        Assert.Equal(137, process.State.LastExitCode);
        Assert.Contains("signal 9", process.State.Problem);
    }

    [Fact]
    public async Task A_process_that_cannot_be_started_is_told()
    {
        await using var process = new SupervisedProcess(
            "test", new ProcessCommand("/nowhere/program", [], Path.GetTempPath(), new Dictionary<string, string>()), TimeProvider.System, NullLogger.Instance);
        await WaitAsync(() => process.State.LastExitCode is not null);
        Assert.Equal(127, process.State.LastExitCode);
        Assert.Contains(process.LastLines, line => line.Contains("/nowhere/program"));
    }

    [Fact]
    public async Task Disposing_ends_a_process_that_does_not_want_to()
    {
        var process = Start("trap '' TERM; echo ready; while :; do sleep 1; done");
        await WaitAsync(() => process.LastLines.Contains("ready"));
        var id = process.State.ProcessId!.Value;
        await process.DisposeAsync();
        Assert.Throws<ArgumentException>(() => Process.GetProcessById(id));
    }

    [Fact]
    public async Task Only_the_last_lines_are_kept_and_long_ones_are_cut()
    {
        await using var process = Start("i=0; while [ $i -lt 100 ]; do echo line $i; i=$((i+1)); done; printf '%0600d\\n' 0; sleep 100");
        await WaitAsync(() => process.LastLines is [.., var last] && last.StartsWith("000", StringComparison.Ordinal));
        Assert.Equal(40, process.LastLines.Count);
        Assert.Equal(501, process.LastLines[^1].Length);
        Assert.Equal("line 99", process.LastLines[^2]);
    }

    private static SupervisedProcess Start(string script) => new(
        "test", new ProcessCommand("/bin/sh", ["-c", script], Path.GetTempPath(), new Dictionary<string, string>()), TimeProvider.System, NullLogger.Instance);

    private static async Task WaitAsync(Func<bool> condition)
    {
        var start = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(start.Elapsed < Patience, "the condition did not come true");
            await Task.Delay(20);
        }
    }
}
