using System.Text;
using System.Text.Json;
using Touchline.Configuration;
using Touchline.Model;

namespace Touchline.Scraping.Discovery;

/// <summary>The labels of what a discovery finds, all with one prefix. A mapping of the runtime: later values of a name stand.</summary>
/// <param name="prefix"><c>__meta_docker_</c>, say.</param>
internal sealed class MetaLabels(string prefix)
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <summary>Another set with the same labels so far.</summary>
    public MetaLabels Copy() => new MetaLabels(prefix).Merge(this);

    /// <summary>Sets a label of the prefix; an empty value is as good as none.</summary>
    public MetaLabels Set(string name, string? value)
    {
        _values[prefix + name] = value ?? "";
        return this;
    }

    public MetaLabels Set(string name, bool value) => Set(name, value ? "true" : "false");

    /// <summary>Sets a label whose name has no prefix.</summary>
    public MetaLabels SetPlain(string name, string value)
    {
        _values[name] = value;
        return this;
    }

    /// <summary>Sets a label for each text of a JSON object, its key made a label's name.</summary>
    public MetaLabels SetEach(string name, JsonElement pairs)
    {
        foreach (var (key, value) in pairs.Texts())
        {
            Set(name + Sanitize(key), value);
        }
        return this;
    }

    public MetaLabels Merge(MetaLabels other)
    {
        foreach (var (name, value) in other._values)
        {
            _values[name] = value;
        }
        return this;
    }

    /// <summary>A target with these labels.</summary>
    public StaticConfig Target(string address)
    {
        var builder = new LabelsBuilder();
        foreach (var (name, value) in _values)
        {
            builder.Set(name, value);
        }
        return new StaticConfig([address], builder.ToLabels());
    }

    /// <summary>What a label's name can hold of a text: every other character is an underscore.</summary>
    public static string Sanitize(string text)
    {
        var name = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            name.Append(rune.IsAscii && char.IsAsciiLetterOrDigit((char)rune.Value) ? (char)rune.Value : '_');
        }
        return name.ToString();
    }

    /// <summary>A host and a port as an address, the host in brackets where it has colons.</summary>
    public static string Join(string host, long port) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{(host.Contains(':') ? $"[{host}]" : host)}:{port}");
}
