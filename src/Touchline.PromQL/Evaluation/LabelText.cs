using System.Text;
using Touchline.Model;

namespace Touchline.PromQL.Evaluation;

/// <summary>Label sets inside error messages, which Prometheus writes with the metric name as one label among the others.</summary>
internal static class LabelText
{
    public static string Of(Labels labels)
    {
        var text = new StringBuilder("{");
        foreach (var label in labels)
        {
            if (text.Length > 1)
            {
                text.Append(", ");
            }
            if (LabelNames.IsLegacyLabelName(label.Name))
            {
                text.Append(label.Name);
            }
            else
            {
                QuotedString.Append(text, label.Name);
            }
            text.Append('=');
            QuotedString.Append(text, label.Value);
        }
        return text.Append('}').ToString();
    }
}
