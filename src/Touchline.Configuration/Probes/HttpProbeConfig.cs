using Touchline.Configuration.Probes.Expressions;
using Touchline.Model;

namespace Touchline.Configuration.Probes;

/// <summary>The <c>http</c> section.</summary>
public sealed record HttpProbeConfig
{
    public ProbeAddressConfig Address { get; init; } = new();

    /// <summary>Empty for every 2xx.</summary>
    public IReadOnlyList<int> ValidStatusCodes { get; init; } = [];

    /// <summary><c>HTTP/1.1</c>, <c>HTTP/2.0</c>; empty for every version.</summary>
    public IReadOnlyList<string> ValidHttpVersions { get; init; } = [];

    public string Method { get; init; } = "GET";

    /// <summary>By name; <c>Host</c> among them is the host that is asked for.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    public string Body { get; init; } = "";

    /// <summary>Read at each probe.</summary>
    public string? BodyFile { get; init; }

    /// <summary>Most bytes of the body, decompressed, that are read; 0 is no limit.</summary>
    public long BodySizeLimit { get; init; }

    /// <summary><c>gzip</c>, <c>br</c>, <c>deflate</c>, <c>identity</c>; empty where nothing is decompressed.</summary>
    public string Compression { get; init; } = "";

    /// <summary>A limit of Touchline's own, which the short form sets.</summary>
    public int MaxRedirects { get; init; } = 10;

    public bool FailIfSsl { get; init; }

    public bool FailIfNotSsl { get; init; }

    public IReadOnlyList<SearchRegex> FailIfBodyMatches { get; init; } = [];

    public IReadOnlyList<SearchRegex> FailIfBodyNotMatches { get; init; } = [];

    /// <summary>What must not be true of a body of JSON; null for nothing.</summary>
    public CelExpression? FailIfBodyJsonMatches { get; init; }

    /// <summary>What must be true of it.</summary>
    public CelExpression? FailIfBodyJsonNotMatches { get; init; }

    public bool HasJsonRules => FailIfBodyJsonMatches is not null || FailIfBodyJsonNotMatches is not null;

    public IReadOnlyList<HeaderRule> FailIfHeaderMatches { get; init; } = [];

    public IReadOnlyList<HeaderRule> FailIfHeaderNotMatches { get; init; } = [];

    /// <summary>Least seconds that certificates must still be good for, a limit of Touchline's own; null is none.</summary>
    public long? MinCertificateSeconds { get; init; }

    /// <summary>Whether the proxy, and not the probe, looks up the target's name.</summary>
    public bool SkipResolvePhaseWithProxy { get; init; }

    /// <summary>Credentials, TLS, proxy, redirects.</summary>
    public HttpClientConfig Client { get; init; } = new();
}

/// <summary>A header that is looked at.</summary>
public sealed record HeaderRule(string Header, SearchRegex Regexp, bool AllowMissing);
