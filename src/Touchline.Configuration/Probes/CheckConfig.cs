using Touchline.Configuration.Syntax;

namespace Touchline.Configuration.Probes;

/// <summary>One line of <c>checks</c>: a name, what to look at and how, and how often. Times in ms.</summary>
public sealed record CheckConfig
{
    public required string Name { get; init; }

    /// <summary>What is looked at as it was written, without a password.</summary>
    public required string Url { get; init; }

    /// <summary>What the prober is handed.</summary>
    public required string Target { get; init; }

    public required ProbeModuleConfig Module { get; init; }

    public long IntervalMs { get; init; } = 30_000;

    public long TimeoutMs { get; init; } = 10_000;

    /// <summary>Whether it is shown on the public status page.</summary>
    public bool IsPublic { get; init; } = true;

    /// <summary>All that was written of it, by which a reload knows whether it has changed.</summary>
    public required string Source { get; init; }

    internal ConfigNode? Node { get; init; }
}
