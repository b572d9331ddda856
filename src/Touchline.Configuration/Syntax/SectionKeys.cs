namespace Touchline.Configuration.Syntax;

/// <summary>The keys of one section of a file, and hints for keys that people write there by mistake.</summary>
internal sealed class SectionKeys
{
    private readonly HashSet<string> _keys;
    private readonly IReadOnlyDictionary<string, string> _hints;

    public SectionKeys(string name, string goType, IReadOnlyCollection<string> keys, IReadOnlyDictionary<string, string>? hints = null)
    {
        Name = name;
        GoType = goType;
        _keys = keys.ToHashSet(StringComparer.Ordinal);
        _hints = hints ?? new Dictionary<string, string>();
    }

    /// <summary>The section as its path in the file, <c>storage.tsdb</c>.</summary>
    public string Name { get; }

    /// <summary>What Prometheus calls the section in its own errors, so that its users recognise them.</summary>
    public string GoType { get; }

    public bool Knows(string key) => _keys.Contains(key);

    /// <summary>What to say of a key that the section does not have.</summary>
    public string Unknown(string key, IEnumerable<SectionKeys> elsewhere)
    {
        var message = $"field {key} not found in type {GoType}: {Name} has no such key";
        if (_hints.TryGetValue(key, out var hint))
        {
            return $"{message}; {hint}";
        }
        if (Spelling.Closest(key, _keys) is { } close)
        {
            return $"{message}; did you mean {close}?";
        }
        var homes = elsewhere.Where(section => section != this && section.Knows(key)).Select(section => section.Name).Distinct().ToList();
        if (homes.Count > 0)
        {
            return $"{message}; it belongs in {string.Join(" or ", homes)}";
        }
        return _keys.Count <= 12 ? $"{message}; its keys are {string.Join(", ", _keys.Order(StringComparer.Ordinal))}" : message;
    }
}
