using Touchline.Configuration.Sections;
using Touchline.Model;

namespace Touchline.Configuration;

/// <summary>Writes a relabelling step in one line, without what it leaves at its default.</summary>
public static class RelabelStepText
{
    public static string Of(RelabelConfig step)
    {
        var defaults = new RelabelConfig();
        var parts = new List<string> { $"action: {RelabelSection.NameOf(step.Action)}" };
        if (step.SourceLabels.Count > 0)
        {
            parts.Add($"source_labels: [{string.Join(", ", step.SourceLabels)}]");
        }
        if (step.Separator != defaults.Separator)
        {
            parts.Add($"separator: {QuotedString.Of(step.Separator)}");
        }
        if (step.Regex.Pattern != defaults.Regex.Pattern)
        {
            parts.Add($"regex: {step.Regex.Pattern}");
        }
        if (step.TargetLabel.Length > 0)
        {
            parts.Add($"target_label: {step.TargetLabel}");
        }
        return string.Join(", ", parts);
    }
}
