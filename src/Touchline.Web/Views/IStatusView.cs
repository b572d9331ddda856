namespace Touchline.Web.Views;

/// <summary>What the Status page shows of this process. Implemented by the executable. Thread-safe.</summary>
public interface IStatusView
{
    /// <summary>How it is now; asked by every page at every refresh.</summary>
    StatusSnapshot Status();

    /// <summary>What takes the room; counted over all metrics, and so for the page that shows it only.</summary>
    CardinalitySnapshot Cardinality();
}

/// <summary>Touchline itself, now. Sizes in bytes, times in ms since the Unix epoch.</summary>
public sealed record StatusSnapshot
{
    public required string Version { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required string DataPath { get; init; }

    /// <summary>The configuration file, empty for the built-in configuration.</summary>
    public required string ConfigFile { get; init; }

    /// <summary>The running configuration as YAML, secrets masked.</summary>
    public required string ConfigYaml { get; init; }

    /// <summary>When the configuration was last applied, and why the last try failed (empty where it did not).</summary>
    public required DateTimeOffset ConfigLoadedAt { get; init; }

    public string ConfigError { get; init; } = "";

    /// <summary>Warnings and errors of the running configuration, as <c>file:line:column: …</c>.</summary>
    public IReadOnlyList<string> ConfigFindings { get; init; } = [];

    public long Series { get; init; }

    public long SamplesAppended { get; init; }

    public IReadOnlyDictionary<string, long> SamplesRefused { get; init; } = new Dictionary<string, long>();

    public long WalBytes { get; init; }

    public long BlockBytes { get; init; }

    public int Blocks { get; init; }

    public long HeadMinTimeMs { get; init; }

    public long HeadMaxTimeMs { get; init; }

    public long ResidentBytes { get; init; }

    /// <summary>How much of the log was read back at start, between 0 and 1; null once everything that was stored is loaded.</summary>
    public double? LoadedRatio { get; init; }

    /// <summary>Why samples are refused for now, null where they are not.</summary>
    public string? RefusingBecause { get; init; }

    public IReadOnlyList<string> Damage { get; init; } = [];

    public RetentionSnapshot Retention { get; init; } = new();

    /// <summary>Who samples are sent to.</summary>
    public IReadOnlyList<RemoteWriteView> RemoteWrites { get; init; } = [];

    /// <summary>Command-line flags with the values in force.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Flags { get; init; } = [];
}
