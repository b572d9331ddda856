namespace Touchline.Collectors.Middleware.Redis;

/// <summary>The answer to INFO, line by line: <c>name:value</c>, in the order in which Redis says it.</summary>
internal sealed class RedisInfo
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    public List<KeyValuePair<string, string>> Lines { get; } = [];

    /// <summary>The text of one field, null where it is not there.</summary>
    public string? this[string field] => _values.GetValueOrDefault(field);

    public static RedisInfo Parse(string text)
    {
        var info = new RedisInfo();
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            var colon = line.IndexOf(':');
            if (colon > 0 && line[0] != '#' && info._values.TryAdd(line[..colon].ToString(), line[(colon + 1)..].ToString()))
            {
                info.Lines.Add(new(line[..colon].ToString(), line[(colon + 1)..].ToString()));
            }
        }
        return info;
    }

    /// <summary>The lines <c>module:name=search,ver=21005,api=1,…</c>, of which there is one for each module.</summary>
    public static List<Dictionary<string, string>> Modules(string text)
    {
        const string Prefix = "module:";
        var modules = new List<Dictionary<string, string>>();
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (line.StartsWith(Prefix, StringComparison.Ordinal))
            {
                modules.Add(Parts(line[Prefix.Length..].ToString()).DistinctBy(part => part.Name).ToDictionary(part => part.Name, part => part.Value, StringComparer.Ordinal));
            }
        }
        return modules;
    }

    /// <summary>The parts of a value such as <c>calls=1,usec=3</c>.</summary>
    public static IEnumerable<(string Name, string Value)> Parts(string value)
    {
        foreach (var part in value.Split(','))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
            {
                yield return (part[..equals], part[(equals + 1)..]);
            }
        }
    }
}
