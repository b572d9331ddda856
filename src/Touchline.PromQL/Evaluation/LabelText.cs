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
            label.AppendTo(text);
        }
        return text.Append('}').ToString();
    }
}
