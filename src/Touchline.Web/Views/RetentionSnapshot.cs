namespace Touchline.Web.Views;

/// <summary>How long samples are kept, and which as aggregates.</summary>
public sealed record RetentionSnapshot
{
    /// <summary>What blocks and log may take together, 0 for any size.</summary>
    public long SizeBytes { get; init; }

    /// <summary>Why ages count from earlier than the newest sample; null where they do not.</summary>
    public string? HeldBack { get; init; }

    /// <summary>Whether the policies have a mistake, so that nothing is dropped or aggregated for its age.</summary>
    public bool IsSwitchedOff { get; init; }

    /// <summary>In their order: the first that a series passes is its policy. The last is that of every other series.</summary>
    public IReadOnlyList<RetentionPolicyView> Policies { get; init; } = [];
}

/// <summary>A retention policy: the matchers of its series (none for every other series), and how long samples are kept, null for ever.</summary>
public sealed record RetentionPolicyView(IReadOnlyList<string> Matchers, string? KeepFor, IReadOnlyList<DownsamplingView> Downsampling);

/// <summary>From which age on there are aggregates of which resolution, as durations.</summary>
public sealed record DownsamplingView(string After, string Resolution);
