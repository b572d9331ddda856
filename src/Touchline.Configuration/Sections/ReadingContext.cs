using Touchline.Configuration.Syntax;

namespace Touchline.Configuration.Sections;

/// <summary>What the readers of one file share: where findings go, what relative paths start from, which files were named.</summary>
internal sealed class ReadingContext(Findings findings, string folder, List<FileReference> references, Func<string, string?> environment)
{
    public Findings Findings { get; } = findings;

    public IReadOnlyList<FileReference> References => references;

    public Func<string, string?> Environment { get; } = environment;

    /// <summary>The same for another file that this one includes.</summary>
    public ReadingContext ForFile(string path) =>
        new(Findings.For(path), Path.GetDirectoryName(path) ?? "", references, Environment);

    /// <summary>The same where nothing may be skipped.</summary>
    public ReadingContext Strictly() => new(Findings.Strictly(), folder, references, Environment);

    public MappingReader Section(MappingNode node, SectionKeys keys) => new(node, keys, Findings, PrometheusKeys.All);

    /// <summary>A path as the file means it: relative ones start from the file's own folder. Null stays null.</summary>
    public string? Resolve(string? path) => string.IsNullOrEmpty(path) ? path : Path.Combine(folder, path);

    /// <summary>The file that a key names, remembered so that a check can look for it.</summary>
    public string? FilePath(MappingReader section, string key, FileReferenceKind kind)
    {
        var path = section.Text(key);
        if (string.IsNullOrEmpty(path))
        {
            return null;
        }
        var resolved = Resolve(path)!;
        Remember(kind, resolved, section[key]!.At);
        return resolved;
    }

    public void Remember(FileReferenceKind kind, string resolved, TextPosition at) =>
        references.Add(new FileReference(kind, resolved, Findings, at));

    /// <summary>Warns of keys that Prometheus honours and Touchline does not, so that nobody counts on them.</summary>
    public void NotHonoured(MappingReader section, string where, params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            if (section.Has(key))
            {
                Findings.Warning(section.Key(key)!, $"{where}{key} is not honoured by this version and has no effect");
            }
        }
    }

    /// <summary>The items of a list that must each be a section; a null item is said with Prometheus's words.</summary>
    public IEnumerable<MappingNode> Sections(MappingReader parent, string key, string goType, string? nullMessage = null)
    {
        foreach (var item in parent.Items(key, goType))
        {
            if (item is MappingNode mapping)
            {
                yield return mapping;
            }
            else if (!item.IsNull)
            {
                Findings.Error(item, $"cannot unmarshal {item.Tag} into {goType.Replace("[]", "", StringComparison.Ordinal)}: each item of {key} holds keys and values");
            }
            else if (nullMessage is not null)
            {
                Findings.Error(item, nullMessage);
            }
        }
    }
}
