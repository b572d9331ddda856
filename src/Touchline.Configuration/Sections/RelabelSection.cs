using Touchline.Configuration.Syntax;
using Touchline.Model;

namespace Touchline.Configuration.Sections;

/// <summary>Lists of relabelling steps.</summary>
internal static class RelabelSection
{
    private static readonly string[] ActionNames =
    [
        "replace", "keep", "drop", "keepequal", "dropequal", "hashmod", "labelmap", "labeldrop", "labelkeep", "lowercase", "uppercase",
    ];

    public static IReadOnlyList<RelabelConfig> Read(ReadingContext context, MappingReader parent, string key, string kind)
    {
        var steps = new List<RelabelConfig>();
        foreach (var node in context.Sections(parent, key, "[]relabel.Config", $"empty or null {kind} relabeling rule"))
        {
            if (ReadStep(context, node) is { } step)
            {
                steps.Add(step);
            }
        }
        return steps;
    }

    /// <summary>How an action is written.</summary>
    public static string NameOf(RelabelAction action) => ActionNames[(int)action];

    private static RelabelConfig? ReadStep(ReadingContext context, MappingNode node)
    {
        var findings = context.Findings;
        var before = findings.ErrorCount;
        var section = context.Section(node, PrometheusKeys.Relabel);
        var defaults = new RelabelConfig();
        var step = new RelabelConfig
        {
            SourceLabels = ReadSourceLabels(findings, section),
            Separator = section.Text("separator") ?? defaults.Separator,
            Regex = ReadRegex(findings, section) ?? defaults.Regex,
            Modulus = ReadModulus(findings, section),
            TargetLabel = section.Text("target_label") ?? "",
            Replacement = section.Text("replacement") ?? defaults.Replacement,
            Action = ReadAction(findings, section),
        };
        if (findings.ErrorCount == before)
        {
            Validate(findings, section, step);
        }
        return findings.ErrorCount == before ? step : null;
    }

    private static List<string> ReadSourceLabels(Findings findings, MappingReader section)
    {
        var names = new List<string>();
        foreach (var item in section.Items("source_labels", "model.LabelNames"))
        {
            if (item is ScalarNode scalar && LabelSection.IsName(scalar.Value))
            {
                names.Add(scalar.Value);
            }
            else
            {
                findings.Error(item, $"{item.Tag} is not a valid label name");
            }
        }
        return names;
    }

    private static AnchoredRegex? ReadRegex(Findings findings, MappingReader section)
    {
        if (section.Text("regex") is not { } pattern)
        {
            return null;
        }
        try
        {
            return new AnchoredRegex(pattern);
        }
        catch (RegexSyntaxException e)
        {
            findings.Error(section["regex"]!, $"error parsing regexp {QuotedString.Of(pattern)}: {e.Message}");
            return null;
        }
    }

    private static ulong ReadModulus(Findings findings, MappingReader section)
    {
        if (section["modulus"] is not { } node)
        {
            return 0;
        }
        if (node is ScalarNode { IsPlain: true } scalar && ulong.TryParse(scalar.Value, out var modulus))
        {
            return modulus;
        }
        findings.Error(node, $"cannot unmarshal {node.Tag} into uint64: modulus is a whole number");
        return 0;
    }

    private static RelabelAction ReadAction(Findings findings, MappingReader section)
    {
        if (section.Text("action") is not { } name)
        {
            return RelabelAction.Replace;
        }
        var index = Array.IndexOf(ActionNames, name.ToLowerInvariant());
        if (index >= 0)
        {
            return (RelabelAction)index;
        }
        var hint = Spelling.Closest(name, ActionNames) is { } close ? $"; did you mean {close}?" : $"; actions are {string.Join(", ", ActionNames)}";
        findings.Error(section["action"] ?? section.Key("action")!, $"unknown relabel action {QuotedString.Of(name)}{hint}");
        return RelabelAction.Replace;
    }

    /// <summary>What an action needs and what it must not have: the rules of Prometheus 3 with names in UTF-8.</summary>
    private static void Validate(Findings findings, MappingReader section, RelabelConfig step)
    {
        var action = NameOf(step.Action);
        if (step.Action == RelabelAction.HashMod && step.Modulus == 0)
        {
            findings.Error(section.Node, "relabel configuration for hashmod requires non-zero modulus");
        }
        var needsTarget = step.Action is RelabelAction.Replace or RelabelAction.HashMod or RelabelAction.Lowercase
            or RelabelAction.Uppercase or RelabelAction.KeepEqual or RelabelAction.DropEqual;
        if (needsTarget && step.TargetLabel.Length == 0)
        {
            findings.Error(section.Node, $"relabel configuration for {action} action requires 'target_label' value");
        }
        var defaults = new RelabelConfig();
        if (step.Action is RelabelAction.Lowercase or RelabelAction.Uppercase or RelabelAction.KeepEqual or RelabelAction.DropEqual
            && step.Replacement != defaults.Replacement)
        {
            findings.Error(section.Key("replacement")!, $"'replacement' can not be set for {action} action");
        }
        if (step.Action == RelabelAction.LabelMap && step.Replacement.Length == 0)
        {
            findings.Error(section.Key("replacement")!, "\"\" is invalid 'replacement' for labelmap action");
        }
        var extras = step.Modulus != 0 || step.Separator != defaults.Separator || step.Replacement != defaults.Replacement;
        if (step.Action is RelabelAction.DropEqual or RelabelAction.KeepEqual && (extras || section.Has("regex")))
        {
            findings.Error(section.Node, $"{action} action requires only 'source_labels' and `target_label`, and no other fields");
        }
        if (step.Action is RelabelAction.LabelDrop or RelabelAction.LabelKeep
            && (extras || section.Has("source_labels") || step.TargetLabel.Length > 0))
        {
            findings.Error(section.Node, $"{action} action requires only 'regex', and no other fields");
        }
    }
}
