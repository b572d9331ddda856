namespace Touchline.Collectors.Host.Settings;

/// <summary>What a flag takes.</summary>
public enum NodeFlagKind
{
    /// <summary>Nothing: <c>--name</c> or <c>--no-name</c>. Its default is <c>true</c> or <c>false</c>.</summary>
    Switch,

    /// <summary>A text.</summary>
    Text,

    /// <summary>A regular expression in RE2's syntax, as everywhere in Prometheus; it is looked for anywhere in a name.</summary>
    Pattern,

    /// <summary>A text, and it may be given several times.</summary>
    List,
}

/// <summary>A setting of a host collector, under the name that node_exporter gives it.</summary>
/// <param name="Name">Without the dashes: <c>collector.filesystem.mount-timeout</c>.</param>
/// <param name="Default">What holds where the flag is not given; empty for nothing.</param>
public sealed record NodeFlag(string Name, NodeFlagKind Kind, string Default, string Description)
{
    /// <summary>The name that node_exporter had for it and still takes.</summary>
    public string? FormerName { get; init; }

    /// <summary>The flag that must not be given beside this one, and whose default does not hold then: an include has its exclude.</summary>
    public NodeFlag? Rival { get; init; }

    /// <summary>Says what is wrong with a value, null where nothing is.</summary>
    public Func<string, string?>? Check { get; init; }

    /// <summary>As <see cref="Check"/>, of a value that stands or falls with other flags.</summary>
    public Func<NodeFlagValues, string, string?>? CheckBeside { get; init; }
}
