using System.Globalization;

namespace Touchline.Configuration.Syntax;

/// <summary>What plain scalars mean: YAML 1.1's booleans and integers, since Prometheus reads its files by that version.</summary>
internal static class ScalarValue
{
    public static bool TryBoolean(ScalarNode node, out bool value)
    {
        value = node.Value is "y" or "Y" or "yes" or "Yes" or "YES" or "on" or "On" or "ON" or "true" or "True" or "TRUE";
        return node.IsPlain
            && (value || node.Value is "n" or "N" or "no" or "No" or "NO" or "off" or "Off" or "OFF" or "false" or "False" or "FALSE");
    }

    public static bool TryInteger(ScalarNode node, out long value)
    {
        value = 0;
        if (!node.IsPlain)
        {
            return false;
        }
        var text = node.Value.Replace("_", "", StringComparison.Ordinal);
        if (text.StartsWith("0x", StringComparison.Ordinal))
        {
            return long.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value) && value >= 0;
        }
        if (text.StartsWith("0b", StringComparison.Ordinal))
        {
            return long.TryParse(text.AsSpan(2), NumberStyles.AllowBinarySpecifier, CultureInfo.InvariantCulture, out value) && value >= 0;
        }
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value))
        {
            return true;
        }
        // 1e3 is a float to YAML, and whole: Prometheus takes it for an integer.
        if (!TryNumber(node, out var number) || number != Math.Truncate(number) || Math.Abs(number) >= long.MaxValue)
        {
            return false;
        }
        value = (long)number;
        return true;
    }

    public static bool TryNumber(ScalarNode node, out double value)
    {
        value = 0;
        return node.IsPlain && double.TryParse(node.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }
}
