using Touchline.PromQL.Scripts;

namespace Touchline.PromQL.Tests.Scripts;

public sealed class PromQLScriptRunnerTests
{
    [Theory]
    [MemberData(nameof(ScriptFiles.Own), MemberType = typeof(ScriptFiles))]
    public void Own_script_passes(string file) => AssertPasses(file, ScriptFiles.ReadOwn(file));

    [Theory]
    [MemberData(nameof(ScriptFiles.Shared), MemberType = typeof(ScriptFiles))]
    public void Shared_script_passes(string file) => AssertPasses(file, ScriptFiles.ReadShared(file));

    private static void AssertPasses(string file, string text)
    {
        var report = new PromQLScriptRunner((store, options) => new PromQLEngine(store, options, TimeProvider.System))
            .Run(PromQLScript.Parse(file, text), TestContext.Current.CancellationToken);

        Assert.True(report.Failed == 0, $"{report.Passed} passed, {report.Failed} failed:\n"
            + string.Join("\n", report.Failures.Select(f => $"{file}:{f.Line}: {f.Query}\n    {f.Failure}")));
    }
}
