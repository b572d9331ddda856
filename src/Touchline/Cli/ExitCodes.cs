namespace Touchline.Cli;

/// <summary>What the exit code of every verb means.</summary>
internal static class ExitCodes
{
    public const int Fine = 0;

    /// <summary>A verb has findings, or the server had to stop.</summary>
    public const int Findings = 1;

    /// <summary>It could not run: wrong usage, a missing file, no connection.</summary>
    public const int CouldNotRun = 2;
}
