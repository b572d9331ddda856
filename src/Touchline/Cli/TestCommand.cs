using System.CommandLine;

namespace Touchline.Cli;

/// <summary><c>touchline test promql FILE…</c>: runs scripts in the format of Prometheus's own tests.</summary>
internal static class TestCommand
{
    public static Command Create(TextWriter output, TextWriter error) => new("test", "Run tests against Touchline itself.");
}
