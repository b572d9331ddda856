using System.Text;
using Touchline.Configuration.Syntax;
using Touchline.Model;

namespace Touchline.Configuration.Sections;

/// <summary>Mappings of label names to values. Any non-empty UTF-8 is a label name since Prometheus 3.</summary>
internal static class LabelSection
{
    public static Labels Read(Findings findings, MappingReader section, string key, Func<string, string>? expand = null)
    {
        var labels = new List<Label>();
        foreach (var (name, value) in section.FreeEntries(key))
        {
            if (!IsName(name.Value))
            {
                findings.Error(name, $"{QuotedString.Of(name.Value)} is not a valid label name: it must not be empty");
            }
            else if (name.Value == LabelNames.MetricName && key == "external_labels")
            {
                findings.Error(name, "\"__name__\" is the metric's name and cannot be an external label");
            }
            else if (value is not ScalarNode scalar)
            {
                findings.Error(value, $"cannot unmarshal {value.Tag} into model.LabelValue: the value of label {name.Value} is a single text");
            }
            else if (!scalar.IsNull)
            {
                labels.Add(new Label(name.Value, expand?.Invoke(scalar.Value) ?? scalar.Value));
            }
        }
        return Labels.Of([.. labels]);
    }

    /// <summary>Whether Prometheus takes it as a label name: not empty, and text that UTF-8 can write.</summary>
    public static bool IsName(string name)
    {
        if (name.Length == 0)
        {
            return false;
        }
        foreach (var rune in name.EnumerateRunes())
        {
            if (rune == Rune.ReplacementChar)
            {
                return name.Contains('\ufffd');
            }
        }
        return true;
    }
}
