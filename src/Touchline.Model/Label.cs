using System.Text;

namespace Touchline.Model;

/// <summary>One label: a name and its value, both non-null. An empty value means the same as an absent label.</summary>
public readonly record struct Label(string Name, string Value) : IComparable<Label>
{
    /// <summary>Orders by name, then by value, by UTF-16 code unit.</summary>
    public int CompareTo(Label other)
    {
        var byName = string.CompareOrdinal(Name, other.Name);
        return byName != 0 ? byName : string.CompareOrdinal(Value, other.Value);
    }

    /// <summary>Writes it as PromQL does: the value in quotes, the name too where it is not of the classic alphabet.</summary>
    public void AppendTo(StringBuilder text)
    {
        if (LabelNames.IsLegacyLabelName(Name))
        {
            text.Append(Name);
        }
        else
        {
            QuotedString.Append(text, Name);
        }
        text.Append('=');
        QuotedString.Append(text, Value);
    }
}
