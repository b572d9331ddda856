using Touchline.Configuration.Probes;
using Touchline.Configuration.Syntax;
using Touchline.Model;

namespace Touchline.Configuration.Sections;

/// <summary>
/// The <c>checks</c> list, which is Touchline's own: a name and a URL on each line, or the name and a section with expectations. A check with
/// a mistake is left out and named.
/// </summary>
internal static class CheckSection
{
    private const string Key = "checks";
    private const int MostChecks = 10_000;
    private const int LongestName = 100;
    private const long ShortestInterval = 1_000;

    public static IReadOnlyList<CheckConfig> Read(ReadingContext context, MappingReader root)
    {
        // A key that is misspelt and skipped would be an expectation that nothing ever fails.
        context = context.Strictly();
        var checks = new List<CheckConfig>();
        var names = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (name, value) in Entries(context.Findings, root))
        {
            if (checks.Count == MostChecks)
            {
                context.Findings.Error(name, $"there are more than {MostChecks} checks");
                break;
            }
            if (!IsName(name.Value))
            {
                context.Findings.Error(name, $"{QuotedString.Of(name.Value)} is no name for a check: letters, digits and . _ - make one, as it stands in addresses");
            }
            else if (!names.TryAdd(name.Value, name.At.Line))
            {
                context.Findings.Error(name, $"there is a check {name.Value} already, at line {names[name.Value]}");
            }
            else if (ReadCheck(context, name, value) is { } check)
            {
                checks.Add(check);
            }
        }
        return checks;
    }

    private static IEnumerable<MappingEntry> Entries(Findings findings, MappingReader root)
    {
        if (root[Key] is MappingNode mapping)
        {
            return mapping.Entries;
        }
        var entries = new List<MappingEntry>();
        foreach (var item in root.Items(Key, "a list of checks"))
        {
            if (item is MappingNode { Entries: [var only] })
            {
                entries.Add(only);
            }
            else
            {
                findings.Error(item, "a check is a name and a URL, as in - api: https://api.example/health");
            }
        }
        return entries;
    }

    private static bool IsName(string name) =>
        name.Length is > 0 and <= LongestName && name[0] != '.' && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');

    private static CheckConfig? ReadCheck(ReadingContext context, ScalarNode name, ConfigNode value)
    {
        var findings = context.Findings;
        var before = findings.ErrorCount;
        var section = value as MappingNode is { } node ? new MappingReader(node, ProbeKeys.Check, findings, [ProbeKeys.Check]) : null;
        var url = section is null ? value as ScalarNode : section["url"] as ScalarNode;
        if (url is null || url.IsNull)
        {
            findings.Error(value, $"check {name.Value} has no URL: write - {name.Value}: https://host/path, or url: below it");
            return null;
        }
        if (!CheckUrl.TryRead(url.Value, out var target, out var module, out var problem))
        {
            findings.Error(url, problem);
            return null;
        }
        if (section is not null)
        {
            module = CheckExpectations.Apply(context, section, module);
        }
        var check = new CheckConfig
        {
            Name = name.Value,
            Url = CheckUrl.WithoutPassword(url.Value),
            Target = target,
            Module = module,
            Source = Text(value),
            Node = value,
        };
        check = check with { IsPublic = section?.Boolean("public", absent: true) ?? true, IntervalMs = section?.Duration("interval") ?? check.IntervalMs };
        check = check with { TimeoutMs = section?.Duration("timeout") ?? Math.Min(check.TimeoutMs, check.IntervalMs) };
        if (check.IntervalMs < ShortestInterval)
        {
            findings.Error(section!["interval"]!, $"interval must be at least {PrometheusDuration.Format(ShortestInterval)}");
        }
        if (check.TimeoutMs is <= 0 || check.TimeoutMs > check.IntervalMs)
        {
            findings.Error(section!["timeout"] ?? section.Node, $"timeout must be more than 0 and no more than the interval, {PrometheusDuration.Format(check.IntervalMs)}");
        }
        return findings.ErrorCount == before ? check : null;
    }

    /// <summary>What was written, without where.</summary>
    private static string Text(ConfigNode node) => node switch
    {
        ScalarNode scalar => QuotedString.Of(scalar.Value),
        SequenceNode list => $"[{string.Join(',', list.Items.Select(Text))}]",
        MappingNode mapping => $"{{{string.Join(',', mapping.Entries.Select(entry => $"{QuotedString.Of(entry.Key.Value)}:{Text(entry.Value)}"))}}}",
        _ => "",
    };
}
