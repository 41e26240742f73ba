"""The business. List this folder and you know it: one package per chapter, one module per tool."""
