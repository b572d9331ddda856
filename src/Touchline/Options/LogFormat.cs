namespace Touchline.Options;

internal enum LogFormat
{
    Logfmt,
    Json,
}
